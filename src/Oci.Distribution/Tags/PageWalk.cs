using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tags;

/// <summary>Where a list in pages goes on, and that it neither turns in a circle nor leaves the registry.</summary>
internal sealed class PageWalk(Uri first)
{
    // Hashes and not the addresses: a peer that makes them longer and longer would else fill the memory.
    private readonly HashSet<UInt128> _seen = [Hash(first)];

    /// <summary>The next page; <see langword="null"/> after the last.</summary>
    public Uri? Next { get; private set; } = first;

    /// <summary>Reads where the answer says that the list goes on.</summary>
    /// <exception cref="RegistryException">It goes to another host, back to a page that was read, or on for too long.</exception>
    public void MoveOn(HttpResponseMessage response, HttpRequestMessage request)
    {
        if (LinkHeader.GetNext(response) is not string link)
        {
            Next = null;
            return;
        }
        Uri? next = UriRules.Resolve(request.RequestUri!, link);
        if (next is null || !UriRules.IsSameOrigin(next, request.RequestUri!))
        {
            throw new RegistryException("The list goes on at an address of another host, or at none; that is refused.", request.Method, request.RequestUri);
        }
        MoveTo(next, request);
    }

    /// <summary>Ends the walk.</summary>
    public void End() => Next = null;

    /// <summary>Goes on at a page.</summary>
    /// <exception cref="RegistryException">It was read already, or there are too many.</exception>
    public void MoveTo(Uri next, HttpRequestMessage request)
    {
        if (!_seen.Add(Hash(next)))
        {
            throw new RegistryException("The list goes on at a page that was read already: it would never end.", request.Method, request.RequestUri);
        }
        if (_seen.Count > Pager.MaxPages)
        {
            throw new RegistryException($"The list has more than {Pager.MaxPages} pages.", request.Method, request.RequestUri);
        }
        Next = next;
    }

    private static UInt128 Hash(Uri uri) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(uri.AbsoluteUri)));
}
