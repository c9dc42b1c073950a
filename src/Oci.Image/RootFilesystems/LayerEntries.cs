namespace Oci.Image.RootFilesystems;

/// <summary>The names that one layer has put into the root, so that its whiteouts spare them.</summary>
/// <remarks>
/// A name is known by its directory's inode, not by a path, since two paths may lead to one directory through
/// symbolic links. The bytes of all names lie in one array: about 40 bytes a name.
/// </remarks>
internal sealed class LayerEntries
{
    private readonly HashSet<Key> _keys;
    private byte[] _names = new byte[1024];
    private int _used;

    public LayerEntries() => _keys = new HashSet<Key>(new KeyComparer(this));

    /// <summary>Notes a name in a directory.</summary>
    public void Add(ulong directory, ReadOnlySpan<byte> name)
    {
        Key key = Append(directory, name);
        if (_keys.Add(key))
        {
            _used += name.Length;
        }
    }

    /// <summary>Whether the layer has put this name there.</summary>
    public bool Contains(ulong directory, ReadOnlySpan<byte> name) => _keys.Contains(Append(directory, name));

    // The name is written behind those in use; only Add moves the end.
    private Key Append(ulong directory, ReadOnlySpan<byte> name)
    {
        if (_names.Length - _used < name.Length)
        {
            Array.Resize(ref _names, Math.Max(_names.Length * 2, checked(_used + name.Length)));
        }
        name.CopyTo(_names.AsSpan(_used));
        return new Key(directory, _used, name.Length);
    }

    private readonly record struct Key(ulong Directory, int Start, int Length);

    private sealed class KeyComparer(LayerEntries entries) : IEqualityComparer<Key>
    {
        public bool Equals(Key x, Key y) => x.Directory == y.Directory && Name(x).SequenceEqual(Name(y));

        public int GetHashCode(Key key)
        {
            var hash = new HashCode();
            hash.Add(key.Directory);
            hash.AddBytes(Name(key));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> Name(Key key) => entries._names.AsSpan(key.Start, key.Length);
    }
}
