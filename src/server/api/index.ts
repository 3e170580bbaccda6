/** The inspector and its API: what the node's own page, and scripts, ask of it. Loaded only where it is served. */
export { type Inspector, type InspectorOptions, startInspector } from "../inspector.ts";
export * from "./contract.ts";
export { endpoints } from "./endpoints.ts";
export { openApiDocument } from "./openapi.ts";
