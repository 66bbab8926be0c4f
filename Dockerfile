# One image for the five services; the command says which one runs. Build: docker build -t epro-platform .
ARG NODE_IMAGE=node:24-bookworm-slim

# The manifests alone: as long as they stay the same, so does the layer of installed packages.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -mindepth 2 -type f ! -name package.json -delete && find . -mindepth 1 -type d -empty -delete

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci
COPY . .
RUN npx nx run-many -t build --projects=tag:type:app,tag:type:lib --exclude=trace-desk,jaeger-client,trace-contract
# What a running service needs, and nothing else.
RUN npm prune --omit=dev --ignore-scripts \
  && rm -rf tools apps/trace-desk libs/jaeger-client libs/trace-contract \
  && find node_modules/@epro -xtype l -delete \
  && find apps libs -mindepth 2 -maxdepth 2 ! -name dist ! -name package.json ! -name migrations -exec rm -rf {} + \
  && find apps libs node_modules \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -type f -delete

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/libs ./libs
COPY --from=build /app/apps ./apps
USER node
ENTRYPOINT ["node", "--max-old-space-size=160", "--max-semi-space-size=8", "--import", "@epro/telemetry/register"]
CMD ["apps/gateway/dist/main.js"]
