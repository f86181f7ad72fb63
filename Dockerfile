# Whence serves the tree as it is: the pinned packages in one folder, the code in another, what it records in /data.

FROM python:3.14-slim AS packages
COPY requirements/runtime.txt .
RUN pip install --no-cache-dir --require-hashes --no-deps --only-binary=:all: --target=/packages --requirement=runtime.txt

FROM python:3.14-slim
LABEL org.opencontainers.image.title="Whence" \
      org.opencontainers.image.description="Who says so, and where did they get it from?" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin whence \
    && install --directory --owner=whence --group=whence /data
WORKDIR /whence
COPY --from=packages /packages /packages
COPY LICENSE pyproject.toml ./
COPY alembic alembic
COPY openapi openapi
COPY api api
ENV PYTHONPATH=/whence:/packages \
    PYTHONUNBUFFERED=1 \
    WHENCE_DATABASE_URL=sqlite:////data/whence.db \
    WHENCE_KEY_FOLDER=/data/keys \
    WHENCE_HOST=0.0.0.0 \
    WHENCE_PORT=8000
RUN python -m compileall -q /packages /whence
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"WHENCE_PORT\"]}/readyz', timeout=4)"]
ENTRYPOINT ["python", "-m", "api.cli"]
CMD ["serve"]
