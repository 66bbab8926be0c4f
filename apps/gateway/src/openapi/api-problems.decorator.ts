import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { PROBLEM_JSON } from '../problem/problem.filter.js';
import { problemOf, problemSchema } from '../problem/problem.js';
import { PROBLEM_EXAMPLES, type ProblemStatus } from './problem-examples.js';
import { schemaRef } from './schema-ref.js';

const EXAMPLE_REQUEST = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', requestId: '4bf92f3577b34da6a3ce929d0e0e4736' };

/** Documents the refusals and failures of a call. */
export const ApiProblems = (...statuses: ProblemStatus[]) =>
  applyDecorators(
    ...statuses.map((status) => {
      const { description, headers, ...failure } = PROBLEM_EXAMPLES[status];
      return ApiResponse({
        status,
        description,
        ...(headers && { headers }),
        content: {
          [PROBLEM_JSON]: {
            schema: schemaRef(problemSchema),
            example: problemOf({ status, headers: {}, issues: [], ...failure }, EXAMPLE_REQUEST),
          },
        },
      });
    }),
  );
