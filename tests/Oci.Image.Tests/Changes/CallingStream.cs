namespace Oci.Image.Tests.Changes;

/// <summary>Takes what is written to nowhere, and does something at the first write.</summary>
internal sealed class CallingStream(Action atFirstWrite) : MemoryStream
{
    private bool _isCalled;

    public override void Write(ReadOnlySpan<byte> buffer) => Call();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Call();
        return default;
    }

    private void Call()
    {
        if (!_isCalled)
        {
            _isCalled = true;
            atFirstWrite();
        }
    }
}
