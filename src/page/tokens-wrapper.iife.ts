import { readToken } from '../model/handle.ts';
import { install } from './install.ts';
import type { Scope } from './natives.ts';

// For a site without custody: its page holds real tokens, so that any token that it presents may be one of ours.
install(globalThis as Scope, readToken);
