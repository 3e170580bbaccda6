/** Claims and topics as resources: for a person who picks what to put into a conversation. Each is told as the tools tell it. */
import { type McpServer, ProtocolError, ProtocolErrorCode, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { basePredicates } from "../core/claim/predicates.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { isOpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import { counted, type ReadableClaim } from "../node/index.ts";
import { quoteOf, type ToldClaim, tell, withinBudget } from "./claims-told.ts";
import { answerText } from "./quoted.ts";
import { aboutAddress, claimAddress, decoded, topicAddress } from "./resource-address.ts";
import type { Service } from "./service.ts";
import { failureText, type ReportError } from "./tool.ts";

const mimeType = "text/plain";

/** Resources in one list: more are not looked through, and a template reaches every one. */
const listed = 100;

export function registerResources(server: McpServer, service: Service, report: ReportError): void {
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      await service.enter();
      return await work();
    } catch (error) {
      throw asProtocolError(error, report);
    }
  };
  server.registerResource(
    "about",
    aboutAddress,
    { title: "What is known", description: "The surest claims of the owner's memory that you may read.", mimeType },
    (uri) => guarded(async () => contents(uri, service, await surest(service), "The surest that is known:")),
  );
  server.registerResource(
    "claim",
    new ResourceTemplate("fablepool://claim/{id}", { list: () => guarded(() => newestClaims(service)) }),
    { title: "A claim", description: "One claim, by its id.", mimeType },
    (uri, { id }) =>
      guarded(async () => {
        const text = decoded(String(id)) ?? "";
        const found = isOpId(text) ? await told(service, await service.slice([text])) : [];
        if (found.length === 0) throw new ResourceNotFoundError(uri.href);
        return contents(uri, service, found, "One claim:");
      }),
  );
  server.registerResource(
    "topic",
    new ResourceTemplate("fablepool://topic/{subject}/{predicate}", { list: () => guarded(() => topics(service)) }),
    { title: "A topic", description: "What is known of one subject under one predicate.", mimeType },
    (uri, variables) =>
      guarded(async () => {
        const [subject, predicate] = [decoded(String(variables["subject"])), decoded(String(variables["predicate"]))];
        const claims = (await service.wholeSlice()).filter(
          ({ op: { payload } }) => payload["subject"] === subject && payload["predicate"] === predicate,
        );
        if (claims.length === 0) throw new ResourceNotFoundError(uri.href);
        return contents(uri, service, await told(service, claims.slice(0, limits.mcpAnswerClaims)), `${counted(claims.length, "claim")}:`);
      }),
  );
}

async function told(service: Service, claims: readonly ReadableClaim[]): Promise<ToldClaim[]> {
  const trusts = await service.trusts(claims.map(({ op }) => op.op_id));
  return claims.flatMap((claim) => {
    const trust = trusts.get(claim.op.op_id);
    return trust === undefined ? [] : [tell(claim, trust)];
  });
}

async function contents(uri: URL, service: Service, claims: readonly ToldClaim[], lead: string) {
  const shown = withinBudget(claims, limits.mcpAnswerTokensMax);
  await service.readings.note(
    "resource",
    shown.map(({ claim }) => claim as Parameters<Service["slice"]>[0][number]),
  );
  const text = answerText(
    shown.length === 0 ? "Nothing is known that you may read." : lead,
    shown.map((claim) => quoteOf(claim)),
    service.node.writer.random,
  );
  return { contents: [{ uri: uri.href, mimeType, text }] };
}

async function surest(service: Service): Promise<ToldClaim[]> {
  const claims = (await service.wholeSlice()).toSorted(
    (left, right) => Number(right.op.payload["confidence"]) - Number(left.op.payload["confidence"]),
  );
  return told(service, claims.slice(0, limits.mcpAnswerClaims));
}

async function newestClaims(service: Service) {
  const claims = (await service.wholeSlice()).toSorted((left, right) => right.op.ts - left.op.ts).slice(0, listed);
  const resources = claims.map(({ op: { op_id, payload } }) => ({
    uri: claimAddress(op_id),
    name: op_id.slice(0, 15),
    title: titleOf("A claim", payload),
    mimeType,
  }));
  return { resources };
}

/** No stored text: a list stands in a client's menus, where nothing says that it is data. */
function titleOf(what: string, { subject, predicate }: JsonObject): string {
  const known = Object.hasOwn(basePredicates, String(predicate)) ? `: ${predicate}` : "";
  return `${what}${known}${subject === "self" ? " of the owner" : " of somebody else"}`;
}

async function topics(service: Service) {
  const groups = Map.groupBy(await service.wholeSlice(), ({ op: { payload } }) =>
    topicAddress(String(payload["subject"]), String(payload["predicate"])),
  );
  const resources = [...groups].slice(0, listed).map(([uri, claims]) => {
    return { uri, name: titleOf("Topic", claims[0]?.op.payload ?? {}), description: counted(claims.length, "claim"), mimeType };
  });
  return { resources };
}

/** Resources have no tool errors: what a person did is told as a protocol error, a defect as one without words. */
function asProtocolError(error: unknown, report: ReportError): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (!(error instanceof PoolError)) report(error);
  return new ProtocolError(
    error instanceof PoolError ? ProtocolErrorCode.InvalidRequest : ProtocolErrorCode.InternalError,
    failureText(error),
  );
}
