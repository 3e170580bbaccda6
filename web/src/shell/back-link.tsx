/** Back to where one came from; to a view, for who came by a link. */
import { t } from "../strings/text.ts";
import { Icon } from "./icon.tsx";

export function BackLink({ href, text = t("claim.back") }: { readonly href: string; readonly text?: string }) {
  return (
    <p>
      <a
        className="back"
        href={href}
        onClick={(event) => {
          if (history.length <= 1) return;
          event.preventDefault();
          history.back();
        }}
      >
        <Icon name="back" />
        {text}
      </a>
    </p>
  );
}
