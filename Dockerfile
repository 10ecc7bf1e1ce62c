# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 doorstep && mkdir /data && chown doorstep /data
COPY --from=build /venv /venv
WORKDIR /srv/doorstep
COPY alembic.ini pyproject.toml ./
COPY migrations migrations
COPY app app
USER doorstep
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DOORSTEP_HOST=0.0.0.0 DOORSTEP_PORT=8000 DOORSTEP_DATA=/data
# The search is compiled here, once; on another kind of processor a worker compiles it again as it starts.
ENV NUMBA_CACHE_DIR=/home/doorstep/.cache/numba
RUN ["python", "-c", "from app.optimiser.warming import warm; warm()"]
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--no-worker"]
