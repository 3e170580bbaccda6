/** What is shown while something is on its way: shapes of what will come, and a word for who cannot see them. */
import { t } from "../strings/text.ts";

const shapes = ["first", "second", "third", "fourth", "fifth", "sixth"] as const;

export function Bones({ count = 4 }: { readonly count?: number }) {
  return (
    <div className="bones" role="status">
      <span className="unseen">{t("state.loading")}</span>
      {shapes.slice(0, count).map((shape) => (
        <div className="bone" key={shape} aria-hidden="true" />
      ))}
    </div>
  );
}
