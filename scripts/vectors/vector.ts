/** One golden vector: a scenario as data. `spec/vectors/<path>.json` holds its body. */
export interface Vector {
  /** `<part>/<scenario>`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface About {
  readonly path: string;
  /** The rule that decides, by its number: `ADM-3`. */
  readonly rule: string;
  readonly comment: string;
  /** What a runner does with it; the kinds stand in spec/README.md. */
  readonly kind: string;
}

/** A scenario in which everything is as it should be. `expect` is what follows. */
export function valid(about: About, input: object, expect: object): Vector {
  return vector(about, input, { verdict: "valid", ...expect });
}

/** A scenario in which something must be refused, wait, or have no effect. */
export function invalid(about: About, input: object, expect: object): Vector {
  return vector(about, input, { verdict: "invalid", ...expect });
}

function vector({ path, rule, comment, kind }: About, input: object, expect: object): Vector {
  const page = pages[rule.split("-")[0] ?? ""];
  if (page === undefined) throw new RangeError(`${path}: no page has rules like ${rule}`);
  return { path, body: { comment, spec: `${page} ${rule}`, kind, ...input, expect } };
}

/** Where rules stand, by the letters of their numbers. */
const pages: Readonly<Record<string, string>> = {
  ENC: "00-conventions",
  OP: "01-operation",
  ADM: "02-admission",
  DEV: "03-devices",
  MEM: "04-memory",
  SYN: "05-sync",
  TRA: "06-transport",
  DEL: "07-delegation",
  CRE: "08-credentials",
  REC: "10-recovery",
  PAI: "09-pairing",
  HOS: "11-hosting",
};
