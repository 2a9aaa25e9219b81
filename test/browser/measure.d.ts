export function measureOverflow(): { wider: number; wide: string[] };
export function measureContrast(): { kind: 'text' | 'edge'; text: string; contrast: number }[];
export function measureTargets(): { name: string; width: number; height: number }[];
export function listFocusable(): string[];
export function describeFocus(): { element: string; outline: number; isInView: boolean } | undefined;
