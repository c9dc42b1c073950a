namespace Oci.Image.RootFilesystems;

/// <summary>A path that names are added to and taken off, as bytes.</summary>
internal sealed class PathBuffer
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    /// <summary>The path, without a slash at its end; good until it changes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Adds a name, and a slash before it where the path is not empty.</summary>
    /// <returns>What to give to <see cref="Cut"/> to take the name off again.</returns>
    public int Append(ReadOnlySpan<byte> name)
    {
        int before = Length;
        if (_bytes.Length - Length < name.Length + 1)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + name.Length + 1));
        }
        if (Length > 0)
        {
            _bytes[Length++] = (byte)'/';
        }
        name.CopyTo(_bytes.AsSpan(Length));
        Length += name.Length;
        return before;
    }

    public void Cut(int length) => Length = length;
}
