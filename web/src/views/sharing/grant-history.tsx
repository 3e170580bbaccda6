/** The ledger of one grant: what was read, when; what was acknowledged as deleted; how its end came. */
import type { GrantEntry } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { momentText } from "../../words/time.ts";

interface Happening {
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

export function GrantHistory({ grant }: { readonly grant: GrantEntry }) {
  const happenings = happeningsOf(grant).toSorted((left, right) => right.at - left.at);
  return (
    <section className="card stack" aria-labelledby="history">
      <h2 id="history">{t("grant.history")}</h2>
      <ol className="history">
        {happenings.map(({ id, at, text }) => (
          <li key={id}>
            <span className="quiet small">{momentText(at)}</span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function happeningsOf({ grant, at, accesses, receipts, revocation, terms, status, purge, challenge }: GrantEntry): Happening[] {
  return [
    { id: grant, at, text: t("history.given") },
    ...accesses.map((access) => ({
      id: access.op,
      at: access.at,
      text: outcomeText(access),
    })),
    ...receipts.map((receipt) => ({ id: receipt.op, at: receipt.at, text: t("history.receipt") })),
    ...(revocation ? [{ id: revocation.id, at: revocation.ts, text: t("history.revoked") }] : []),
    ...(terms && status === "expired" ? [{ id: "expired", at: terms.expiresAt, text: t("history.expired") }] : []),
    ...(purge.due !== null && purge.state !== "acknowledged" && purge.state !== "none"
      ? [{ id: "due", at: purge.due, text: purge.state === "overdue" ? t("history.overdue") : t("history.due") }]
      : []),
    ...(challenge ? [{ id: "challenge", at: challenge.at, text: t(`history.challenge.${challenge.state}`) }] : []),
  ];
}

function outcomeText({ outcome, served }: GrantEntry["accesses"][number]): string {
  if (outcome === "served") return t("history.served", { count: served });
  return outcome === "revoked" || outcome === "expired" ? t("history.told") : t("history.other", { outcome });
}
