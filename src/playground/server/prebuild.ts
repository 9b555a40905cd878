import { prebuildAssets } from "./assets.ts";

/** Run by `npm run build`, from the root of the project, after the compiler. */
await prebuildAssets("dist/src/playground/bundle");
