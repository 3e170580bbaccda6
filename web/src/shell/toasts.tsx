import { t } from "../strings/text.ts";
import { Icon } from "./icon.tsx";
import { closeToast, useToasts } from "./toast.ts";

/** The place where news appear. It is always there: a live region that comes with its text is not read out. */
export function Toasts() {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useToasts().map(({ id, text, action }) => (
        <div className="toast" key={id}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className="button button-small"
              onClick={() => {
                closeToast(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className="button button-quiet button-small" aria-label={t("dialog.close")} onClick={() => closeToast(id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
