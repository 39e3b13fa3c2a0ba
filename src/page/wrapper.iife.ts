import { readHandle } from '../model/handle.ts';
import { install } from './install.ts';
import type { Scope } from './natives.ts';

install(globalThis as Scope, readHandle);
