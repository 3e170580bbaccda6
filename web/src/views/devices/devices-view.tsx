/** Devices: which there are, whether they agree, and what they disagreed about. */
import { useEffect, useState } from "react";
import { refresh, useAnswer } from "../../api/answers.ts";
import type { Conflicts, Devices, Status, Sync } from "../../api/contract.ts";
import { Icon } from "../../shell/icon.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { AddDeviceDialog } from "./add-device-dialog.tsx";
import { ConflictList } from "./conflict-list.tsx";
import { DeviceCard } from "./device-card.tsx";
import { SyncPanel } from "./sync-panel.tsx";
import "../../style/devices.css";

/** That another device fetched something from here is told by no event: while one looks, it is looked at again. */
const lookAgainMs = 3_000;

export default function DevicesView({ status }: { readonly status: Status }) {
  const devices = useAnswer<Devices>("/devices");
  const sync = useAnswer<Sync>("/sync");
  const conflicts = useAnswer<Conflicts>("/conflicts");
  const [isAdding, setAdding] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => refresh((path) => path === "/devices" || path === "/sync"), lookAgainMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <ViewHead title={t("devices.title")}>
        <p>{t("devices.lead")}</p>
        <p>
          <button type="button" className="button button-first" onClick={() => setAdding(true)}>
            <Icon name="devices" />
            {t("devices.add")}
          </button>
        </p>
      </ViewHead>
      <div className="stack stack-wide">
        {status.unproven && <p className="banner">{t("devices.unproven")}</p>}
        <Loaded answer={devices}>
          {({ items }) => (
            <ul className="device-grid">
              {items
                .toSorted(
                  (left, right) =>
                    Number(left.removed) - Number(right.removed) ||
                    Number(right.self) - Number(left.self) ||
                    Number(left.rank === 0) - Number(right.rank === 0) ||
                    left.rank - right.rank,
                )
                .map((device) => (
                  <li key={device.key}>
                    <DeviceCard
                      ownName={status.device?.name ?? ""}
                      device={device}
                      peer={sync.value?.peers.find(({ node }) => node === device.key)}
                    />
                  </li>
                ))}
            </ul>
          )}
        </Loaded>
        <Loaded answer={sync} bones={1}>
          {(value) => <SyncPanel sync={value} />}
        </Loaded>
        <Loaded answer={conflicts} bones={2}>
          {(value) => <ConflictList conflicts={value} />}
        </Loaded>
      </div>
      {isAdding && <AddDeviceDialog onClose={() => setAdding(false)} />}
    </>
  );
}
