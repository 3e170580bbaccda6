/** A derivation in words: each step below what it supports, the sources quoted. What was told once is not told again. */
import { useMemo, useState } from "react";
import type { Why, WhyNode } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";
import { sourceTitle } from "./source-title.ts";
import { WhyPart } from "./why-part.tsx";
import "../../style/tree.css";

interface Branch {
  readonly node: WhyNode;
  readonly because: readonly Branch[];
  /** Its own reasons stand higher up. */
  readonly told: boolean;
}

export function WhyTree({ why }: { readonly why: Why }) {
  const root = useMemo(() => treeOf(why), [why]);
  if (!root) return null;
  return (
    <div className="tree card">
      <WhyPart node={root.node} isAsked />
      <Because branches={root.because} />
    </div>
  );
}

/** So many reasons are read in one go; the rest is a press away. */
const shownFirst = 5;

function Because({ branches }: { readonly branches: readonly Branch[] }) {
  const [shown, setShown] = useState(shownFirst);
  if (branches.length === 0) return null;
  return (
    <div className="because">
      <p className="because-word">{t("why.because", { count: branches.length })}</p>
      <ul>
        {branches.slice(0, shown).map(({ node, because, told }) => (
          <li key={node.id}>
            {told ? (
              <p className="quiet">
                <Words text={sourceTitle(node)} max={120} /> {t("why.told")}
              </p>
            ) : (
              <>
                <WhyPart node={node} />
                <Because branches={because} />
              </>
            )}
          </li>
        ))}
      </ul>
      {branches.length > shown && (
        <button type="button" className="button button-small" onClick={() => setShown(shown + 50)}>
          {t("why.more", { count: branches.length - shown })}
        </button>
      )}
    </div>
  );
}

function treeOf({ claim, nodes, edges }: Why): Branch | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = Map.groupBy(edges, ({ from }) => from);
  const told = new Set<string>();
  const grow = (node: WhyNode): Branch => {
    if (told.has(node.id)) return { node, because: [], told: true };
    told.add(node.id);
    const children = (below.get(node.id) ?? []).flatMap(({ to }) => byId.get(to) ?? []);
    return { node, because: children.map(grow), told: false };
  };
  const root = byId.get(claim);
  return root ? grow(root) : null;
}
