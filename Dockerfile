# Three stages: what is needed to run, what is needed to build, and an image with the first and the result of the second.
FROM node:22.23.3-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM base AS packages
RUN npm ci --omit=dev && npm cache clean --force

FROM base AS build
# With the sources, since some of the packages lie among them.
COPY . .
RUN npm ci && npm run build

FROM base
ENV NODE_ENV=production DATA_DIR=/data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY personas personas
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
# It finishes answers that are being written, for up to 20 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=3s --retries=3 \
  CMD ["node", "dist/src/cli/liveness.js"]
CMD ["node", "dist/src/main.js"]
