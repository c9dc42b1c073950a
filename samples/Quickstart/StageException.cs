namespace Quickstart;

/// <summary>A stage of the job failed; the inner exception says how.</summary>
internal sealed class StageException(string stage, Exception innerException)
    : Exception($"{stage} failed: {innerException.Message}", innerException);
