# One image for the server (as it stands), the worker (node src/worker.ts) and the migrations (node src/migrate.ts).
# Node runs the TypeScript itself: there is no build step.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production
# Names are looked up on these threads: a slow name server of one receiver must not hold up the others.
ENV UV_THREADPOOL_SIZE=16
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
USER node
# API, and metrics of server and worker (not for the outside).
EXPOSE 3000 9464 9465
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/server.ts"]
