# Quanqu for production: code and pinned packages, an ordinary user, no database inside.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /quanqu
COPY requirements.lock .
RUN python -m venv .venv && \
    .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/quanqu quanqu && \
    install -d -o quanqu -g quanqu -m 0700 /var/lib/quanqu-home
WORKDIR /quanqu
COPY --from=packages /quanqu/.venv .venv
COPY src src
ENV PATH=/quanqu/.venv/bin:$PATH \
    PYTHONPATH=/quanqu/src \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=quanqu.project.settings \
    QUANQU_HOME=/var/lib/quanqu-home \
    QUANQU_BIND=0.0.0.0:8000
USER quanqu
VOLUME /var/lib/quanqu-home
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"]
# `quanqu.project.web`, `.worker`, `.settler` and `.migrations` are the programs; see compose.yaml
CMD ["python", "-P", "-m", "quanqu.project.web"]
