import { SetMetadata } from '@nestjs/common';
import type { Role } from '@epro/contracts';

export const ROLES = Symbol('Roles');

/** Keeps a route to callers who hold at least one of these roles. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);
