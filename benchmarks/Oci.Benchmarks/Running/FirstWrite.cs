namespace Oci.Benchmarks.Running;

/// <summary>A stream that says when something is written to it.</summary>
internal sealed class FirstWrite : MemoryStream
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _written.Task;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written.TrySetResult();
        return base.WriteAsync(buffer, cancellationToken);
    }
}
