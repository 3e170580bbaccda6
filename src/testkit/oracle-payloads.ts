/** The oracle's reading of protocol section 6's table: which payloads fit their type, and what a role may write (section 5). */
import { isDid, isHex, isId, isRecord } from "./oracle-shape.ts";

/** What a key of this role may write; all else is void. */
export function roleMay(role: string | undefined, type: string): boolean {
  if (role === "full") return true;
  if (role === "root") return ["genesis", "device_add", "device_remove", "cap_revoke"].includes(type);
  if (role === "ingest" || role === "assistant") return ["evidence", "claim", "inference"].includes(type);
  return role === "mirror" && ["cap_access", "cap_receipt"].includes(type);
}

export function isRedactable(type: string): boolean {
  return ["evidence", "claim", "note", "inference", "predicate", "cap_grant", "cap_access", "cap_receipt"].includes(type);
}

export function fits(type: string, payload: Readonly<Record<string, unknown>>): boolean {
  const { targets, suppress, sensitivity } = payload;
  switch (type) {
    case "evidence":
      return fitsEvidence(payload);
    case "claim":
      return fitsClaim(payload);
    case "refutation":
    case "endorsement":
      return isIdList(targets, 1, 900);
    case "redaction":
      return (
        isIdList(targets, 1, 900) && (suppress === undefined || (Array.isArray(suppress) && suppress.every((each) => isHex(each, 64))))
      );
    case "note": {
      const { target, name, text } = payload;
      return (isId(target) || isDid(target)) && isTextOrAbsent(name) && isTextOrAbsent(text);
    }
    case "inference": {
      const { consumer, purpose, inputs, model, output_hash } = payload;
      return isText(consumer) && isText(purpose) && isIdList(inputs, 0, 1_000) && isTextOrAbsent(model) && isTextOrAbsent(output_hash);
    }
    case "predicate": {
      const { name, cardinality, template } = payload;
      return isName(name) && (cardinality === "one" || cardinality === "many") && isSensitivity(sensitivity) && isText(template);
    }
    case "cap_grant":
      return fitsGrant(payload);
    case "cap_revoke":
      return isId(payload["grant"]);
    case "cap_access": {
      const { grant, server, slice_root, served, outcome } = payload;
      return (
        isId(grant) &&
        isDid(server) &&
        isRoot(slice_root) &&
        isCount(served) &&
        (outcome === "served" || outcome === "revoked" || outcome === "expired")
      );
    }
    case "cap_receipt":
      return isId(payload["grant"]) && fitsHoldings(payload["receipt"]);
    default:
      return true;
  }
}

/** Section 8: the one payload of the view whose members are closed. */
function fitsGrant(payload: Readonly<Record<string, unknown>>): boolean {
  const { grantee, selector, purpose, expires_at, refresh_ms, purge_ms, ...more } = payload;
  if (Object.keys(more).length > 0 || !isDid(grantee) || !isText(purpose) || !isRecord(selector)) return false;
  const { predicates, subjects, min_confidence, max_sensitivity, ...others } = selector;
  if (Object.keys(others).length > 0 || !Array.isArray(predicates) || !predicates.every(isText)) return false;
  if ("subjects" in selector && !(Array.isArray(subjects) && subjects.every(isText))) return false;
  if ("min_confidence" in selector && !(typeof min_confidence === "number" && min_confidence >= 0 && min_confidence <= 1)) return false;
  if ("max_sensitivity" in selector && !isSensitivity(max_sensitivity)) return false;
  const times = (!("refresh_ms" in payload) || isCount(refresh_ms)) && (!("purge_ms" in payload) || isCount(purge_ms));
  return times && Number.isSafeInteger(expires_at);
}

function fitsHoldings(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, v, grant, nonce, root, count, as_of, revocation, purged_root, grantee, sig, ...more } = value;
  if (Object.keys(more).length > 0 || kind !== "holdings" || v !== 1 || !isId(grant) || !isRoot(root)) return false;
  if (!(nonce === null || (isText(nonce) && nonce.length >= 1 && nonce.length <= 128)) || !isCount(count) || !isCount(as_of)) return false;
  return (revocation === null || isId(revocation)) && (purged_root === null || isRoot(purged_root)) && isDid(grantee) && isHex(sig, 128);
}

function isRoot(value: unknown): boolean {
  return isText(value) && value.startsWith("sha256:") && isHex(value.slice(7), 64);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fitsEvidence(payload: Readonly<Record<string, unknown>>): boolean {
  const { source, origin, external_id, kind, observed_at, content, sensitivity, replaces } = payload;
  if (!isRecord(source) || !isName(source["adapter"]) || !isText(source["version"])) return false;
  if (!isTextOrAbsent(source["account"]) || !isTextOrAbsent(source["uri"])) return false;
  if (!isText(origin) || !["user", "import", "assistant", "third_party"].includes(origin) || !isText(external_id) || !isText(kind))
    return false;
  if (!isTimeOrAbsent(observed_at) || !isRecord(content) || !(sensitivity === undefined || isSensitivity(sensitivity))) return false;
  return replaces === undefined || isId(replaces);
}

function fitsClaim(payload: Readonly<Record<string, unknown>>): boolean {
  const { subject, predicate, confidence, derived_from, method, rationale, valid_from, valid_until, sensitivity, corrects } = payload;
  if (!isName(subject) || !isName(predicate) || !("object" in payload) || !isIdList(derived_from, 0, 1_000)) return false;
  if (typeof confidence !== "number" || confidence <= 0 || confidence > 1) return false;
  if (!isRecord(method) || !isName(method["name"]) || !isText(method["version"]) || !isText(rationale)) return false;
  if (corrects !== undefined && !(isId(corrects) && confidence === 1 && Array.isArray(derived_from) && derived_from.length === 0))
    return false;
  return isTimeOrAbsent(valid_from) && isTimeOrAbsent(valid_until) && (sensitivity === undefined || isSensitivity(sensitivity));
}

function isIdList(value: unknown, least: number, most: number): boolean {
  if (!Array.isArray(value) || value.length < least || value.length > most) return false;
  return value.every(isId) && new Set(value).size === value.length;
}

function isSensitivity(value: unknown): boolean {
  return value === "public" || value === "personal" || value === "sensitive" || value === "restricted";
}

function isTimeOrAbsent(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isName(value: unknown): boolean {
  return isText(value) && value.length > 0;
}
