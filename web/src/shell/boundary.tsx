/** A defect in one view is told in its place; the rest of the page stays of use. */
import { Component, type ReactNode } from "react";
import { Problem } from "../api/client.ts";
import { Trouble } from "./trouble.tsx";

interface BoundaryState {
  readonly problem: Problem | null;
}

export class Boundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { problem: null };

  static getDerivedStateFromError(cause: unknown): BoundaryState {
    return { problem: new Problem("internal", 0, cause instanceof Error ? cause.message : String(cause)) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    return problem ? <Trouble problem={problem} retry={() => this.setState({ problem: null })} /> : this.props.children;
  }
}
