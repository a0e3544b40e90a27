// SPDX-License-Identifier: AGPL-3.0-or-later
// On a phone the results come first; what narrows them opens on demand. Loaded right after that part and not deferred:
// closed before it is drawn, so that nothing jumps.
"use strict";

if (matchMedia("(max-width: 60rem)").matches) {
  for (const part of document.querySelectorAll("[data-closed-when-narrow]")) part.open = false;
}
