"""One sign-in on a known device, and all that can be seen of it; several files of tests look at the same."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.e2e import steps
from tests.e2e.house import VERIFICATIONS, in_front_of

if TYPE_CHECKING:
    from tests.e2e.house import House, Member

_KEEP_THE_STREAM: Final = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => (globalThis.stream = await open(wish));
"""
_CAMERA: Final = "globalThis.stream.getTracks().map((track) => track.readyState)"
_INSPECT: Final = """async () => {
  const open = (name) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = (database, store) => new Promise((resolve) => {
    const request = database.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  const keys = [], texts = [];
  const walk = (value) => {
    if (value instanceof CryptoKey) keys.push(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(walk);
    else texts.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await open(name);
    for (const store of database.objectStoreNames) (await all(database, store)).forEach(walk);
    database.close();
  }
  const secret = keys.filter((key) => key.type === 'private');
  const leaked = await Promise.all(secret.flatMap((key) => ['jwk', 'pkcs8'].map((format) =>
    crypto.subtle.exportKey(format, key).then(() => true, () => false))));
  return {
    secrets: secret.length, leaked, texts, extractable: secret.map((key) => key.extractable),
    local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
    caches: await caches.keys(),
  };
}"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A sign-in.

    Attributes:
        at: When it succeeded, seconds since the epoch.
        answer: What the API answered to the verification.
        held: What it then told of the account.
        export: What the person could take away.
        kept: What the device keeps: keys, texts, storage.
        camera: State of the camera's tracks afterwards.
    """

    at: float
    answer: dict[str, Any] = field(repr=False)
    held: dict[str, Any] = field(repr=False)
    export: dict[str, Any] = field(repr=False)
    kept: dict[str, Any] = field(repr=False)
    camera: list[str]


def visit(house: House, member: Member) -> Visit:
    """Sign in on a copy of a member's device, look at everything, take it away."""
    with member.device.copy(house.path("visit")).open(in_front_of(member.person)) as window:
        window.context.add_init_script(_KEEP_THE_STREAM)
        steps.sign_in(window.page)
        at = time.time()
        camera, kept = window.page.evaluate(_CAMERA), window.page.evaluate(_INSPECT)
        export = json.loads(steps.download(window.page, house.folder).read_bytes())
        return Visit(
            at=at,
            answer=window.witness.answers(VERIFICATIONS)[-1].json(),
            held=window.witness.answers("/v1/account")[-1].json(),
            export=export,
            kept=kept,
            camera=camera,
        )
