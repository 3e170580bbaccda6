import { t } from "../strings/text.ts";

/** The name, with its sign: layers of water, and a drop that belongs to somebody. */
export function Brand() {
  return (
    <div className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect className="brand-ground" width="32" height="32" rx="8" />
        <path className="brand-water" d="M7 22c3-3 6-3 9 0s6 3 9 0M7 16c3-3 6-3 9 0s6 3 9 0" />
        <circle className="brand-drop" cx="16" cy="9" r="2.4" />
      </svg>
      {t("brand")}
    </div>
  );
}
