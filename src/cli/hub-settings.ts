/** A hub's settings as its commands are given them: by flags, and by the environment where a flag is absent. */
import type { Command } from "commander";
import { environmentName, flagName, type GivenSettings, type HubSettingName, hubSettingTexts } from "../hub/settings.ts"; // without the rest of the hub, which takes its time to load

/** Adds flags for these settings to a command. */
export function settingOptions(command: Command, names: readonly HubSettingName[]): Command {
  for (const name of names) command.option(`${flagName(name)} <value>`, `${hubSettingTexts[name]} [$${environmentName(name)}]`);
  return command;
}

/** What was given, whichever way; options that are no settings are left out. */
export function givenSettings(options: Readonly<Record<string, unknown>>): GivenSettings {
  const names = Object.keys(hubSettingTexts) as HubSettingName[];
  const given = names.flatMap((name) => {
    const value = options[name] ?? process.env[environmentName(name)];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

export const allSettings = Object.keys(hubSettingTexts) as HubSettingName[];
