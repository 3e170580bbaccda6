import type { Component } from "./component.ts";
import { ianaZone } from "./iana-zone.ts";
import { propertyText } from "./property-text.ts";
import { parseVtimezone } from "./vtimezone.ts";
import { ianaNameOf } from "./windows-zones.ts";
import { fixedZone, type Zone } from "./zone.ts";

/** The zone that a TZID stands for; null when nobody can say. */
export type ZoneFinder = (tzid: string) => Zone | null;

/** The VTIMEZONEs by their TZID; of two with one name the first counts. */
export function zonesByName(components: readonly Component[]): ReadonlyMap<string, Component> {
  const named = components.map((component) => [propertyOf(component, "TZID") ?? "", component] as const);
  return new Map(named.reverse());
}

/**
 * Finds zones, in this order: VTIMEZONE of the same calendar, VTIMEZONE of another calendar in the file, the platform's
 * time zone database. Each name is looked up once.
 */
export function zoneFinder(own: ReadonlyMap<string, Component>, others: ReadonlyMap<string, Component>): ZoneFinder {
  const found = new Map<string, Zone | null>();
  return (tzid) => {
    const name = tzid.replaceAll("\\", "").trim();
    let zone = found.get(name);
    if (zone === undefined) {
      zone = find(name, own.get(name) ?? others.get(name));
      found.set(name, zone);
    }
    return zone;
  };
}

function find(tzid: string, component: Component | undefined): Zone | null {
  const location = component && propertyOf(component, "X-LIC-LOCATION");
  const named = zoneOfName(tzid) ?? (location === undefined ? null : zoneOfName(location));
  return (component && parseVtimezone(component, named)) ?? named;
}

/** A zone by its name alone: IANA, Windows, `UTC+01:00`, or a path that ends with an IANA name as some programs make them unique. */
function zoneOfName(name: string): Zone | null {
  const zone = ianaZone(name) ?? ianaZone(ianaNameOf(name) ?? "") ?? zoneOfOffset(name);
  if (zone !== null || !name.startsWith("/")) return zone;
  const steps = name.split("/").filter(Boolean);
  for (const length of [3, 2, 1]) {
    const end = ianaZone(steps.slice(-length).join("/"));
    if (end !== null) return end;
  }
  return null;
}

function zoneOfOffset(name: string): Zone | null {
  const match = /^(?:UTC|GMT) ?([+-])(\d\d):?([0-5]\d)$/i.exec(name);
  if (match === null) return null;
  return fixedZone((match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000);
}

function propertyOf(component: Component, name: string): string | undefined {
  const line = component.properties.find((property) => property.name === name);
  return line && (propertyText(line).replaceAll("\\", "") || undefined);
}
