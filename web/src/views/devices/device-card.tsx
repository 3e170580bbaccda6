/** One device: what it may do, when it was last met, what it may lack. */
import { useState } from "react";
import type { Device, Peer } from "../../api/contract.ts";
import { maybe, say, t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";
import { deviceName } from "./device-name.ts";
import { RemoveDeviceDialog } from "./remove-device-dialog.tsx";

export interface DeviceCardProps {
  readonly device: Device;
  readonly peer: Peer | undefined;
  /** What this device calls itself, when no note of the owner's does. */
  readonly ownName: string;
}

export function DeviceCard({ device, peer, ownName }: DeviceCardProps) {
  const [isRemoving, setRemoving] = useState(false);
  const { role, self, removed, operations, last_contact, ahead, chains, rank, key } = device;
  const isRoot = rank === 0;
  return (
    <article className={`card device ${removed ? "device-removed" : ""}`}>
      <div className="row spread">
        <h2 className="device-name">
          <Words text={isRoot ? t("device.root") : self && device.name === "" ? ownName : deviceName(device)} max={60} />
        </h2>
        {self && <span className="tag tag-good">{t("device.self")}</span>}
        {removed && <span className="tag tag-danger">{t("device.removed")}</span>}
        {peer && !removed && <PeerTag peer={peer} />}
      </div>
      <p className="quiet">{maybe(`role.${role}`) ?? t("role.other", { role })}</p>
      {!isRoot && (
        <ul className="device-facts">
          <li>{t("device.wrote", { count: operations })}</li>
          {!self && !removed && (
            <li>{last_contact === null ? t("device.never") : say("device.met", { when: <Moment at={last_contact} /> })}</li>
          )}
          {!self && !removed && ahead !== null && <li>{ahead === 0 ? t("device.same") : t("device.ahead", { count: ahead })}</li>}
          {chains > 1 && <li className="device-warning">{t("device.fork")}</li>}
        </ul>
      )}
      <div className="row spread device-foot">
        <code className="quiet small">…{key.slice(-8)}</code>
        {!self && !isRoot && !removed && (
          <button
            type="button"
            className="button button-small button-danger"
            aria-label={t("device.remove.of", { name: deviceName(device) })}
            onClick={() => setRemoving(true)}
          >
            {t("device.remove")}
          </button>
        )}
      </div>
      {isRemoving && <RemoveDeviceDialog device={device} onClose={() => setRemoving(false)} />}
    </article>
  );
}

function PeerTag({ peer: { state, progress } }: { readonly peer: Peer }) {
  return (
    <span className={`tag ${state === "live" || state === "syncing" ? "tag-good" : ""}`}>
      {state === "syncing" && progress ? t("peer.progress", { pulled: progress.pulled, pushed: progress.pushed }) : t(`peer.${state}`)}
    </span>
  );
}
