// Starts Swagger UI on our own contract. A file of its own, because the pages allow no inline script.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// An example of lines is text. Swagger UI takes it for one JSON string, as the type's name has "json" in it, and quotes it.
const LINES = "application/x-ndjson";
const plainLines = {
  afterLoad({ fn }) {
    const sample = fn.getSampleSchema;
    this.fn.getSampleSchema = (schema, type, config, example) =>
      type === LINES && typeof example === "string" ? example : sample(schema, type, config, example);
  },
};

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  plugins: [plainLines],
  syntaxHighlight: { activated: true, theme: "agate" },
  tryItOutEnabled: true,
  validatorUrl: null, // the default sends the contract to somebody else's server
});
