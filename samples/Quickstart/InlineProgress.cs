namespace Quickstart;

/// <summary>Reports on the thread that makes progress, in its order; <see cref="Progress{T}"/> posts to the thread pool.</summary>
internal sealed class InlineProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
