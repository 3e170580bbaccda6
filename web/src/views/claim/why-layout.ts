/** Where the boxes of a derivation stand: a column for each step from the claim, so that no arrow goes back. */
import type { Why, WhyNode } from "../../api/contract.ts";

export interface Box {
  readonly id: string;
  /** Null of a box that stands for several items beside it. */
  readonly node: WhyNode | null;
  /** How many items the box stands for; 1 of a node. */
  readonly count: number;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** SVG path data. */
  readonly path: string;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  readonly width: number;
  readonly height: number;
}

export const boxSize = { width: 216, height: 68 } as const;
const gap = { column: 68, row: 12 } as const;
/** Of items that rest on nothing further and support the same claim, so many are drawn; the rest share a box until asked for. */
const leavesMax = 5;

interface Edge {
  readonly from: string;
  readonly to: string;
}

export function layOut(why: Why, opened: ReadonlySet<string>): Layout {
  const { nodes, edges } = folded(why, opened);
  const columns = columnsOf(nodes, edges);
  const boxes = placed(columns, edges);
  const at = new Map(boxes.map((box) => [box.id, box]));
  const links = edges.flatMap((edge) => linkOf(edge, at));
  return {
    boxes,
    links,
    width: Math.max(...boxes.map(({ x }) => x + boxSize.width), boxSize.width),
    height: Math.max(...boxes.map(({ y }) => y + boxSize.height), boxSize.height),
  };
}

interface Part {
  readonly id: string;
  readonly node: WhyNode | null;
  readonly count: number;
}

/** Many leaves below the same claims become a few and "so many more". */
function folded({ nodes, edges }: Why, opened: ReadonlySet<string>): { nodes: Part[]; edges: Edge[] } {
  const known = new Set(nodes.map(({ id }) => id));
  const lines = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const isBranch = new Set(lines.map(({ from }) => from));
  const users = Map.groupBy(lines, ({ to }) => to);
  const usersOf = (id: string) => (users.get(id) ?? []).map(({ from }) => from).sort();
  const leaves = nodes.filter(({ id }) => !isBranch.has(id) && users.has(id));
  const hidden = new Set<string>();
  const parts: Part[] = [];
  const more: Edge[] = [];
  for (const [group, alike] of Map.groupBy(leaves, ({ id }) => usersOf(id).join(" "))) {
    const id = `more:${group}`;
    if (opened.has(id) || alike.length <= leavesMax) continue;
    const rest = alike.slice(leavesMax - 1);
    for (const leaf of rest) hidden.add(leaf.id);
    parts.push({ id, node: null, count: rest.length });
    for (const from of group.split(" ")) more.push({ from, to: id });
  }
  const shown = nodes.filter(({ id }) => !hidden.has(id)).map((node) => ({ id: node.id, node, count: 1 }));
  return { nodes: [...shown, ...parts], edges: [...lines.filter(({ to }) => !hidden.has(to)), ...more] };
}

/** Each part in the column after the last of those that rest on it. */
function columnsOf(parts: readonly Part[], edges: readonly Edge[]): Part[][] {
  const column = new Map(parts.map(({ id }) => [id, 0]));
  const open = new Map(parts.map(({ id }) => [id, 0]));
  for (const { to } of edges) open.set(to, (open.get(to) ?? 0) + 1);
  const next = Map.groupBy(edges, ({ from }) => from);
  const ready = parts.filter(({ id }) => open.get(id) === 0).map(({ id }) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const { to } of next.get(id) ?? []) {
      column.set(to, Math.max(column.get(to) ?? 0, (column.get(id) ?? 0) + 1));
      const left = (open.get(to) ?? 1) - 1;
      open.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  const columns: Part[][] = [];
  for (const part of parts) {
    const at = column.get(part.id) ?? 0;
    columns[at] ??= [];
    columns[at].push(part);
  }
  return columns.filter((each) => each !== undefined);
}

/** Rows in the order of what rests on them, each column centred. */
function placed(columns: readonly (readonly Part[])[], edges: readonly Edge[]): Box[] {
  const users = Map.groupBy(edges, ({ to }) => to);
  const rows = new Map<string, number>();
  const tallest = Math.max(...columns.map(({ length }) => length));
  return columns.flatMap((parts, column) => {
    const weight = ({ id }: Part) => {
      const above = (users.get(id) ?? []).map(({ from }) => rows.get(from) ?? 0);
      return above.length === 0 ? 0 : above.reduce((sum, row) => sum + row, 0) / above.length;
    };
    const ordered = parts.toSorted((left, right) => weight(left) - weight(right));
    const top = (tallest - ordered.length) / 2;
    return ordered.map((part, index) => {
      rows.set(part.id, top + index);
      return { ...part, column, x: column * (boxSize.width + gap.column), y: (top + index) * (boxSize.height + gap.row) };
    });
  });
}

function linkOf({ from, to }: Edge, at: ReadonlyMap<string, Box>): Link[] {
  const [start, end] = [at.get(from), at.get(to)];
  if (!start || !end) return [];
  const [x1, y1] = [start.x + boxSize.width, start.y + boxSize.height / 2];
  const [x2, y2] = [end.x, end.y + boxSize.height / 2];
  const bend = (x2 - x1) / 2;
  return [{ from, to, path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }];
}
