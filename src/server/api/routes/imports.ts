/** Taking in files: sent by the page, or the sample data. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "@hono/zod-openapi";
import { PoolError } from "../../../core/errors.ts";
import { importJob, importJobs } from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { receiveFiles } from "../uploads.ts";

const tag = "Importing";
const idParams = z.object({ id: z.string().max(100) });

export const importEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/imports",
    summary: "Imports of this run, the newest first",
    tag,
    answer: importJobs,
    handle: async (_, session) => ({ items: session.imports.list() }),
  }),
  {
    method: "post",
    path: "/api/imports",
    summary: "Take in files: one part `file` each, with its path as filename; folders are told by the paths",
    tag,
    takes: "multipart/form-data",
    answer: importJob,
    status: 202,
    async stream(context, session) {
      const { node } = session;
      session.imports.checkIdle();
      const upload = await receiveFiles(context.env.incoming, node.home);
      try {
        return context.json(session.imports.begin(node, { ...upload, sample: false }), 202);
      } catch (error) {
        upload.remove();
        throw error;
      }
    },
  },
  endpoint({
    method: "post",
    path: "/api/imports/sample",
    summary: "Take in the sample data, to look around with",
    tag,
    body: z.object({}),
    answer: importJob,
    status: 202,
    async handle(_, session) {
      const folder = session.options.sampleFolder;
      if (folder === null || !existsSync(folder)) throw new PoolError("not_found", "the sample data is not in this installation");
      const paths = readdirSync(folder)
        .sort()
        .map((name) => join(folder, name));
      return session.imports.begin(session.node, { paths, folder, sample: true, remove: () => {} });
    },
  }),
  endpoint({
    method: "get",
    path: "/api/imports/{id}",
    summary: "How far an import is, or what came of it",
    tag,
    params: idParams,
    answer: importJob,
    handle: async ({ params: { id } }, session) => session.imports.find(id),
  }),
  endpoint({
    method: "delete",
    path: "/api/imports/{id}",
    summary: "End an import: what was written stays",
    tag,
    params: idParams,
    answer: importJob,
    handle: ({ params: { id } }, session) => session.imports.cancel(id),
  }),
];
