/** A view's title. It takes the focus when one comes here, so that a screen reader says where one is. */
import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../strings/text.ts";

export interface ViewHeadProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** The first view is left alone: the browser starts reading at the top of the page. */
let isFirst = true;

export function ViewHead({ title, children }: ViewHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t("page.title", { view: title });
    if (!isFirst && document.querySelector("dialog[open]") === null) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [title]);
  return (
    <header className="view-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </header>
  );
}
