/** Opening a delegate for a command, and its ways to those who serve its grants. */

import type { Connect, Delegate } from "../node/index.ts";
import { nativeCrypto, openDelegate, system } from "../node/index.ts";
import type { Context } from "./context.ts";
import { transportRoom } from "./rooms.ts";

/** Opens the delegate at the home, and closes it when `work` is done, however it ends. */
export async function withDelegate<Result>({ home, ask }: Context, work: (delegate: Delegate) => Promise<Result>): Promise<Result> {
  const delegate = await openDelegate(home, ask);
  try {
    return await work(delegate);
  } finally {
    await delegate.close();
  }
}

/** Ways over HTTP, as this delegate. */
export async function connecting({ key }: Delegate): Promise<Connect> {
  const { openHttpTransport } = await transportRoom();
  return ({ url, node }) => openHttpTransport({ url, node, key, crypto: nativeCrypto, ...system });
}
