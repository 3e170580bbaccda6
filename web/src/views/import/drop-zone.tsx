/** Where files are dropped, or chosen with a button: a whole folder, too. */
import { type DragEvent, useRef, useState } from "react";
import { Icon } from "../../shell/icon.tsx";
import { t } from "../../strings/text.ts";
import { chosenFiles, droppedFiles, type NamedFile } from "./named-file.ts";

export interface DropZoneProps {
  readonly isBusy: boolean;
  readonly onFiles: (files: readonly NamedFile[]) => void;
}

export function DropZone({ isBusy, onFiles }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles(await droppedFiles(event.dataTransfer.items));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it do the same for who does not drag
    <div
      className={`drop ${isOver ? "drop-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <Icon name="import" />
      <p className="drop-title">{t("import.drop")}</p>
      <p className="quiet">{t("import.drop.text")}</p>
      <div className="row">
        <button type="button" className="button button-first" aria-disabled={isBusy} onClick={() => files.current?.click()}>
          {t("import.files")}
        </button>
        <button type="button" className="button" aria-disabled={isBusy} onClick={() => folder.current?.click()}>
          {t("import.folder")}
        </button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={t("import.files")}
        data-import="files"
        onChange={({ target }) => {
          onFiles(chosenFiles(target.files));
          target.value = "";
        }}
      />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        hidden
        aria-label={t("import.folder")}
        onChange={({ target }) => {
          onFiles(chosenFiles(target.files));
          target.value = "";
        }}
      />
    </div>
  );
}
