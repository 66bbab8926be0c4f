import { Inject, UseInterceptors } from '@nestjs/common';
import {
  GrpcService,
  StorageServiceService,
  type GetSubmissionRequest,
  type GetSubmissionResponse,
  type GrpcServiceHandlers,
  type SaveSubmissionRequest,
  type SaveSubmissionResponse,
} from '@epro/contracts';
import { GetSubmissionHandler } from './get-submission.handler.js';
import { SaveSubmissionHandler } from './save-submission.handler.js';
import { SubmissionContextInterceptor } from './submission-context.interceptor.js';

@GrpcService(StorageServiceService)
@UseInterceptors(SubmissionContextInterceptor)
export class StorageController implements GrpcServiceHandlers<typeof StorageServiceService> {
  constructor(
    @Inject(SaveSubmissionHandler) private readonly save: SaveSubmissionHandler,
    @Inject(GetSubmissionHandler) private readonly get: GetSubmissionHandler,
  ) {}

  saveSubmission(request: SaveSubmissionRequest): Promise<SaveSubmissionResponse> {
    return this.save.handle(request);
  }

  getSubmission(request: GetSubmissionRequest): Promise<GetSubmissionResponse> {
    return this.get.handle(request);
  }
}
