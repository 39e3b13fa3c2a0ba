import { readHandle } from '../messages/handle.ts';
import { install } from './install.ts';
import type { Scope } from './natives.ts';

install(globalThis as Scope, readHandle);
