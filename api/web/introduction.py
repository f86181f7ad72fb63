"""What the published contract says in our words: of the whole, of its parts, of keys and of headers."""

from api.custody.tokens import FORM

DESCRIPTION = """\
Record what an article says: the **claim**, who put it forward, in which words (an **attribution**), and which earlier
attribution it was taken from (a **citation**). Then ask for a claim's **provenance**: everybody who says it or denies
it, and where each had it from, down to the origin.

New here? [How to record](/docs/recording) has a worked request for every case that comes up in an article.

* Unknown is `null`, never a default that looks like knowledge.
* References are objects: `{"id": …}`, or `{"external_id": …}` with your own key. Sending a record whose `external_id`
  is known updates it, and never makes a second one: what changes is enough of it then, beside that key.
* Nothing is overwritten. Each record has a version, which its `ETag` means; `If-Match` is required to change or delete
  one; `known_at` answers as the record stood at an instant.
* Lists come in pages: send `next` back as `cursor`, or follow the `Link` header.
* `Idempotency-Key` makes a POST safe to send again.
* Writing takes an access key, sent as `Authorization: Bearer whn_…`; reading too, unless the operator opened it. What
  role each operation takes stands beside it. `recorded_by` is the key's holder.
* Errors are problem documents (RFC 9457). Their `type` is a page that says what to do: [all of them](/problems).
"""

TAGS = {
    "Provenance": "Ask who says a claim and where they got it from. This is what everything else is for.",
    "Confidence": "Ask how well a claim is supported, why, since when, and what that hangs on.",
    "Search": "Find what is on record by words, in any language; and whether a claim is there already.",
    "Attributions": "One source putting forward, denying or questioning one claim: the core record, where to start.",
    "Claims": "What can be true or false, worded once, apart from anybody saying it.",
    "Sources": "Who can say something: people, organisations, governments, agencies, outlets, and those unnamed.",
    "Documents": "Where it was said or published, with the text that quotes are found in.",
    "Relations": "How two claims stand to each other: one contradicts, supports or refines the other.",
    "Dependencies": "Findings that several attributions or sources share one origin, and why.",
    "Assessments": "Ratings of a source, an attribution or a claim, on a named scale, with the reason.",
    "Bundles": "Many records in one request: all of them are recorded, or none.",
    "Transfer": "Everything out of a store, and into another one: lines of JSON, or tables.",
    "Log": "Check that nothing was altered or removed: entries, proofs, and what the log has signed.",
    "Custody": "Destroy what a record says of somebody, and see who was shown what is protected.",
    "Changes": "Every change since a point of your choosing, in order, without gaps.",
    "Access": "Who may ask and record: keys, their roles and scopes. For admins.",
    "Service": "Whether the service is up and can work, and its figures.",
}

KEY = f"""\
An access key, as an admin gave it to you: `whn_`, its public id, `_`, its secret with a checksum; letters and digits
only (`{FORM}`). Whoever has it is its holder to us: what is recorded with it carries the holder's name.

Roles, each of which may do all that the one before it may:

* `reader` reads;
* `contributor` records sources, documents, claims, attributions, citations, retractions and proposed relations, and
  corrects them;
* `editor` decides on relations, rates, says what depends on what or is one and the same, protects what is on record,
  deletes and restores;
* `admin` makes and revokes keys.

Scopes are given by name, and no role implies one: `sources:reveal`, `erase`, `audit:read`. To end a protection takes an
editor's key with the first.

Where the operator opened reading, what takes a `reader` is answered without a key too. A key that is not valid is
refused even there.
"""

HEADERS = {
    "Accept": "The kinds of body that are taken here, where another was sent (RFC 9110, 12.5.1).",
    "Accept-Encoding": "How a body may be encoded, where it came in another way (RFC 9110, 12.5.3).",
    "Accept-Patch": "The kinds of patch that are taken here, where another was sent (RFC 5789, 3.1).",
    "Allow": "The methods that this address takes.",
    "Content-Language": "The language of the sentences.",
    "ETag": "What If-Match and If-None-Match are compared with; it begins with a record's version.",
    "Idempotency-Replayed": "`true` where this is the answer to an earlier request with the same Idempotency-Key.",
    "Link": 'The next page, as rel="next"; left out on the last one (RFC 8288).',
    "Location": "The address of what was recorded.",
    "RateLimit": "How many requests are left in this minute (`r`), and how many seconds of it (`t`).",
    "RateLimit-Policy": "How many requests a caller may send (`q`) in how many seconds (`w`).",
    "Retry-After": "How many seconds to wait before sending the request again.",
    "WWW-Authenticate": "That a Bearer key is needed, and whether the one that was sent is invalid (RFC 6750).",
    "X-Request-Id": "The request's id, yours if you sent one; quote it when you report a problem.",
}
