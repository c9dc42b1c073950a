namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Blowfish with the expensive key schedule of Provos and Mazières, "A Future-Adaptable Password Scheme".</summary>
internal sealed class EksBlowfish
{
    private const int SubkeyCount = 18;
    private const int BoxesLength = 4 * 256;

    private static readonly uint[] Initial = PiFraction.GetWords(SubkeyCount + BoxesLength);

    // The subkeys, and behind them the four S-boxes.
    private readonly uint[] _state = [.. Initial];

    /// <summary>Mixes a key and a salt into the state; an empty salt stands for one of zeros.</summary>
    public void ExpandKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        int position = 0;
        for (int i = 0; i < SubkeyCount; i++)
        {
            _state[i] ^= ReadWord(key, ref position);
        }
        position = 0;
        uint left = 0;
        uint right = 0;
        for (int i = 0; i < _state.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= ReadWord(salt, ref position);
                right ^= ReadWord(salt, ref position);
            }
            Encrypt(ref left, ref right);
            _state[i] = left;
            _state[i + 1] = right;
        }
    }

    /// <summary>Encrypts one block of two words in place.</summary>
    public unsafe void Encrypt(ref uint left, ref uint right)
    {
        // Pointers: this is all that a verification does, a million times over, and indexes of a byte need no checks.
        fixed (uint* p = _state)
        {
            uint* s = p + SubkeyCount;
            uint l = left ^ p[0];
            uint r = right;
            for (int i = 1; i < 17; i += 2)
            {
                r ^= (((s[l >> 24] + s[256 + ((l >> 16) & 0xff)]) ^ s[512 + ((l >> 8) & 0xff)]) + s[768 + (l & 0xff)]) ^ p[i];
                l ^= (((s[r >> 24] + s[256 + ((r >> 16) & 0xff)]) ^ s[512 + ((r >> 8) & 0xff)]) + s[768 + (r & 0xff)]) ^ p[i + 1];
            }
            left = r ^ p[17];
            right = l;
        }
    }

    // Big-endian, and around again at the end.
    private static uint ReadWord(ReadOnlySpan<byte> bytes, ref int position)
    {
        uint word = 0;
        for (int i = 0; i < 4; i++)
        {
            word = (word << 8) | bytes[position];
            position = position + 1 == bytes.Length ? 0 : position + 1;
        }
        return word;
    }
}
