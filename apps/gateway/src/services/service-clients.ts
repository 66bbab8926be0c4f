import type {
  AnalysisServiceService,
  AuthServiceService,
  GrpcClient,
  StorageServiceService,
  ValidationServiceService,
} from '@epro/contracts';

export type AuthClient = GrpcClient<AuthServiceService>;
export type ValidationClient = GrpcClient<ValidationServiceService>;
export type StorageClient = GrpcClient<StorageServiceService>;
export type AnalysisClient = GrpcClient<AnalysisServiceService>;

export const AUTH_CLIENT = Symbol('AuthClient');
export const VALIDATION_CLIENT = Symbol('ValidationClient');
export const STORAGE_CLIENT = Symbol('StorageClient');
export const ANALYSIS_CLIENT = Symbol('AnalysisClient');
