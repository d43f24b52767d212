# One image for web, worker, beat and migrations (docker-compose.yml says which command each of them runs).
FROM node:22-slim AS node-packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements/production.txt requirements/production.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements/production.txt
COPY package-lock.json ./
COPY scripts/assets.py scripts/assets.py
COPY --from=node-packages /build/node_modules node_modules
RUN python -c "import sys; sys.path.insert(0, 'scripts'); import assets; assets.copy()"

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CRM_PRODUCTION=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    VAR_DIR=/srv/var
RUN useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin crm \
 && install -d -o crm -g crm -m 0750 /srv/var
WORKDIR /srv/app
COPY --from=build /opt/venv /opt/venv
COPY . .
COPY --from=build /build/static/vendor static/vendor
RUN python -m compileall -q .
USER crm
VOLUME /srv/var
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--no-control-socket"]
