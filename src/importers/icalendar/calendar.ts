import type { Component } from "./component.ts";
import { type ZoneFinder, zoneFinder, zonesByName } from "./zone-finder.ts";

/** What the items of one VCALENDAR share. */
export interface Calendar {
  readonly items: readonly Component[];
  /** X-WR-CALNAME, or NAME (RFC 7986). */
  readonly name: string | undefined;
  /** METHOD, when it says more than that the items are published. */
  readonly method: string | undefined;
  /** X-WR-TIMEZONE: the zone of times that name none. */
  readonly defaultZone: string | undefined;
  readonly zones: ZoneFinder;
}

const itemNames: ReadonlySet<string> = new Set(["VEVENT", "VTODO", "VJOURNAL"]);

/** The calendars of a file, in order. An item that stands outside any VCALENDAR makes a calendar of its own. */
export function calendarsOf(roots: readonly Component[]): Calendar[] {
  const zonesOfFile = zonesByName(roots.flatMap((root) => withName(root, (name) => name === "VTIMEZONE")));
  return roots.map((root) => {
    const ownZones = withName(root, (name) => name === "VTIMEZONE");
    const value = (name: string) => root.properties.find((line) => line.name === name)?.value.trim() || undefined;
    const isCalendar = root.name === "VCALENDAR";
    const method = isCalendar ? value("METHOD")?.toUpperCase() : undefined;
    return {
      items: withName(root, (name) => itemNames.has(name)),
      name: isCalendar ? (value("X-WR-CALNAME") ?? value("NAME")) : undefined,
      method: method === "PUBLISH" ? undefined : method,
      defaultZone: isCalendar ? value("X-WR-TIMEZONE") : undefined,
      zones: zoneFinder(zonesByName(ownZones), zonesOfFile),
    };
  });
}

/** The component or what is inside it, in order, without looking inside what fits. Depth is bounded by the reader. */
function withName(component: Component, fits: (name: string) => boolean): Component[] {
  return fits(component.name) ? [component] : component.children.flatMap((child) => withName(child, fits));
}
