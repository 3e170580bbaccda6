import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRoute, to } from "../../web/src/router/router.ts";
import { claimsPath, filterOf, isNarrow, routeOf } from "../../web/src/views/about/filter.ts";

test("an address comes back as it was made", () => {
  const address = to("claim", "op:0a/?#%", { q: "a & b", none: "" });
  const { view, id, query } = parseRoute(address);
  assert.deepEqual([view, id, query.get("q"), query.has("none")], ["claim", "op:0a/?#%", "a & b", false]);
  assert.equal(parseRoute("").view, "about");
  assert.equal(parseRoute("#/claim/%E0%A4%A").id, "%E0%A4%A");
});

test("a filter lives in the address, and only what differs from looking at everything", () => {
  const filter = filterOf(new URLSearchParams("q=lisbon&topic=travel&shown=refuted&sure=80"));
  assert.deepEqual(filterOf(parseRoute(routeOf(filter)).query), filter);
  assert.equal(routeOf(filterOf(new URLSearchParams())), "#/about");
  assert.equal(isNarrow(filterOf(new URLSearchParams("shown=nonsense&sure=abc&sort=up"))), false);
  assert.equal(isNarrow(filterOf(new URLSearchParams("q=%20"))), false);
  assert.equal(claimsPath(filter), "/claims?q=lisbon&topic=travel&status=refuted%2Ccorrected&min_confidence=0.8");
});
