using System.Diagnostics;

namespace Oci.Image.RootFilesystems;

/// <summary>The name of an entry, checked and cut into its parent's path and its own name. One object serves many names.</summary>
/// <remarks>
/// Names are bytes, divided by <c>/</c> alone: a backslash is a plain byte on Linux. Empty components and <c>.</c>
/// fall away; <c>..</c> is refused wherever it stands, since no honest archive needs it.
/// </remarks>
internal sealed class EntryPath
{
    // The parent's path, a NUL, the name in the parent, a NUL.
    private byte[] _buffer = new byte[256];
    private int _leafStart;
    private int _end;

    /// <summary>Whether the name means the root itself: <c>.</c>, <c>./</c> or <c>/</c>.</summary>
    public bool IsRoot => Depth == 0;

    /// <summary>How many components the name has; 0 for the root.</summary>
    public int Depth { get; private set; }

    /// <summary>The path of the parent from the root, ended by NUL; <c>.</c> where that is the root.</summary>
    public ReadOnlySpan<byte> Parent => _leafStart == 0 ? ".\0"u8 : _buffer.AsSpan(0, _leafStart);

    /// <summary>The name in the parent, ended by NUL.</summary>
    public ReadOnlySpan<byte> Leaf => _buffer.AsSpan(_leafStart, _end - _leafStart);

    /// <summary>The whole path from the root, without a slash at either end; empty for the root.</summary>
    public byte[] ToArray() => Depth switch
    {
        0 => [],
        1 => [.. Leaf[..^1]],
        _ => [.. Parent[..^1], (byte)'/', .. Leaf[..^1]],
    };

    /// <summary>The whole name with NULs for what divides parent and leaf, the same for every spelling of one path; empty for the root.</summary>
    public ReadOnlySpan<byte> Normalized => _buffer.AsSpan(0, _end);

    /// <summary>Takes a name.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public UnpackFailure? Set(ReadOnlySpan<byte> name, bool allowAbsolute)
    {
        Depth = 0;
        _leafStart = 0;
        _end = 0;
        if (name.IsEmpty || name.Contains((byte)0))
        {
            return UnpackFailure.InvalidName;
        }
        if (_buffer.Length < name.Length + 2)
        {
            _buffer = new byte[Math.Max(name.Length + 2, _buffer.Length * 2)];
        }
        ReadOnlySpan<byte> left = name;
        while (!left.IsEmpty)
        {
            int slash = left.IndexOf((byte)'/');
            ReadOnlySpan<byte> component = slash < 0 ? left : left[..slash];
            left = slash < 0 ? default : left[(slash + 1)..];
            if (component.SequenceEqual(".."u8))
            {
                return UnpackFailure.ParentTraversal;
            }
            if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                Append(component);
            }
        }
        return name[0] == '/' && !IsRoot && !allowAbsolute ? UnpackFailure.AbsoluteName : null;
    }

    private void Append(ReadOnlySpan<byte> component)
    {
        if (Depth > 1)
        {
            _buffer[_leafStart - 1] = (byte)'/';
        }
        _leafStart = _end;
        component.CopyTo(_buffer.AsSpan(_end));
        _end += component.Length;
        _buffer[_end++] = 0;
        Depth++;
        Debug.Assert(_end <= _buffer.Length, "Each component takes no more room than in the name.");
    }
}
