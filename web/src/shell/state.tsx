/** A whole part of the page that has nothing to list: why, and what to do. */
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface StateProps {
  readonly icon: IconName;
  readonly title: string;
  /** The page's own heading, when there is no other. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
}

export function State({ icon, title, isPage = false, children }: StateProps) {
  return (
    <div className="state">
      <Icon name={icon} />
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}
