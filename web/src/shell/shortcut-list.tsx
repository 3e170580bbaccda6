import { useState } from "react";
import { type Key, t } from "../strings/text.ts";
import { Dialog } from "./dialog.tsx";
import { areKeysOn, setKeysOn } from "./shortcuts.ts";

const rows: readonly (readonly [string, Extract<Key, `keys.${string}`>])[] = [
  ["1 … 5", "keys.views"],
  ["/", "keys.search"],
  ["j  k", "keys.move"],
  ["Enter", "keys.open"],
  ["c", "keys.confirm"],
  ["x", "keys.refute"],
  ["u", "keys.back"],
  ["?", "keys.help"],
];

export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  const [isOn, setOn] = useState(areKeysOn);
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl className="keys">
        {rows.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <label className="choice">
        <input
          type="checkbox"
          checked={isOn}
          onChange={() => {
            setKeysOn(!isOn);
            setOn(!isOn);
          }}
        />
        {t("keys.on")}
      </label>
    </Dialog>
  );
}
